(()=>{const field=document.getElementById("filter");if(!field)return;
const rows=[...document.querySelectorAll("#decisions tbody tr")],shown=document.getElementById("shown");
field.closest(".filter").hidden=false;
field.addEventListener("input",()=>{const words=field.value.toLowerCase().split(/\s+/).filter(Boolean);let count=0;
for(const row of rows){const text=row.textContent.toLowerCase();row.hidden=!words.every(word=>text.includes(word));count+=!row.hidden}
shown.textContent=words.length?count+" of "+rows.length+" shown":""})})();
