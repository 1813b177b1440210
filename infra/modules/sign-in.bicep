// Sign-in of owners, by App Service itself (preview: an identity in place of a client secret). It lets everybody through, and
// says who they are: the app checks who may do what, and the function key still guards the rest, whose callers sign in nowhere.

@description('Name of the function app.')
param siteName string

@description('Client id of the app registration.')
param authClientId string

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: siteName
}

resource signIn 'Microsoft.Web/sites/config@2025-03-01' = {
  //checkov:skip=CKV_AZURE_13:This is the very sign-in, which goes by another name than the one that is looked for
  //checkov:skip=CKV_AZURE_63:This is the sign-in; requests are in Application Insights
  //checkov:skip=CKV_AZURE_65:This is the sign-in; details of errors are in Application Insights, not in answers
  //checkov:skip=CKV_AZURE_66:This is the sign-in; failed requests are in Application Insights
  //checkov:skip=CKV_AZURE_80:This is the sign-in; there is no .NET in it
  //checkov:skip=CKV_AZURE_88:This is the sign-in; Flex Consumption has no Azure Files, and needs no key for one
  //checkov:skip=CKV_AZURE_222:This is the sign-in; the site says who may reach it
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    httpSettings: {
      requireHttps: true
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: authClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${subscription().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            authClientId
          ]
        }
      }
    }
    login: {
      // Nobody's token is kept: only who they are is asked.
      tokenStore: {
        enabled: false
      }
    }
  }
}
